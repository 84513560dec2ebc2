"""`regpack serve`: the three uses as Prefect deployments, started by the clock, by files and by people."""
