"""Schedule to tables: columns of codes and the distinct texts that they stand for."""
