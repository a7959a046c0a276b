"""What happened, beside the plan: statuses, deviations, versions in force, visits without a name."""
