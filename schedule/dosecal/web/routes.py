"""Every address of the page, and what answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route as Address

from dosecal.web.pages import (
    calendar,
    check,
    dose,
    everybody,
    first,
    history,
    participants,
    printing,
    protocol,
    record,
    today,
    who,
)
from dosecal.web.shell import Door, Shell
from dosecal.web.site import Route, Site, template_text
from dosecal.web.static_files import static_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from dosecal.web.shell import Ask

ROUTES: tuple[Route, ...] = (
    Route("/", who.show_first),
    Route("/who", who.show_who, is_of_session=True),
    Route("/who", who.say_who, is_form=True, is_of_session=True),
    Route("/language", who.set_language, is_form=True, is_of_session=True),
    Route("/close", who.close, is_form=True, is_of_session=True),
    Route("/why", who.show_why),
    Route("/alive", who.is_alive, is_of_session=True, is_watch=True),
    Route("/today", today.show_today),
    Route("/calendar", calendar.show_calendar),
    Route("/calendar/move", calendar.show_calendar, is_form=True),
    Route("/calendar/{subject}", calendar.show_calendar),
    Route("/everybody", everybody.show_everybody),
    Route("/everybody/{site}/{month}", everybody.show_everybody),
    Route("/participants", participants.show_list),
    Route("/participants/{subject}", participants.show_participant),
    Route("/check/leave", check.leave, is_form=True, is_of_check=True),
    Route("/check/{subject}/{visit}", check.show_check, tells_doses=True, is_of_check=True),
    Route("/check/{subject}/{visit}", check.compare, is_form=True, tells_doses=True, is_of_check=True),
    Route("/print/participant/{subject}", printing.print_of_subject, is_form=True),
    Route("/print/coordinator/{subject}", printing.print_of_subject, is_form=True),
    Route("/print/worksheet/{subject}/{visit}", printing.print_sheet, is_form=True, tells_doses=True),
    Route(
        "/print/check/{subject}/{visit}", printing.print_check_sheet, is_form=True, tells_doses=True, is_of_check=True
    ),
    Route("/print/soa", printing.print_activities, is_form=True),
    Route("/ics/{subject}", printing.calendar_file),
    Route("/record/{subject}/{what}", record.show_record),
    Route("/record/{subject}/{what}", record.show_record, is_form=True),
    Route("/add/{kind}", record.show_record),
    Route("/add/{kind}", record.show_record, is_form=True),
    Route("/recorded/{n}", record.show_recorded),
    Route("/history", history.show_history),
    Route("/history.csv", history.history_csv),
    Route("/history/settle", history.settle, is_form=True),
    Route("/open", first.show_open, is_of_session=True),
    Route("/open/example", first.look_around, is_form=True, is_of_session=True),
    Route("/open/new", first.make_folder, is_form=True, is_of_session=True),
    Route("/protocol", protocol.show_protocol),
    Route("/dose", dose.show_dose, tells_doses=True),
    Route("/dose", dose.show_dose, is_form=True, tells_doses=True),
    Route("/dose/work", dose.show_dose, is_form=True, tells_doses=True),
    Route("/dose/{subject}", dose.show_dose, tells_doses=True),
    Route("/dose/{subject}/{visit}", dose.show_dose, tells_doses=True),
)


def made_app(site: Site, port: int) -> Shell:
    """The whole server as an ASGI application.

    Args:
        site: The site.
        port: The port that it is asked at.
    """
    door = Door(site.sessions, port, _no_session)

    def answers(route: Route) -> Callable[[Ask], Response]:
        return lambda ask: site.answer(route, ask)

    addresses = [
        Address(
            one.path,
            door.opens(answers(one), is_watch=one.is_watch),
            methods=["POST"] if one.is_form else ["GET"],
        )
        for one in ROUTES
    ]
    addresses.append(Address("/static/{name}", static_file, methods=["GET"]))
    return Shell(Starlette(routes=addresses, exception_handlers={404: _not_found, 405: _not_found}), port)


def _no_session() -> Response:
    """The page for whoever has no session: how to open one, and nothing of any study."""
    return Response(template_text("no_session.html"), 403, media_type="text/html")


async def _not_found(request: Request, error: Exception) -> Response:
    del request, error
    return PlainTextResponse("There is no such page.", 404)
