"""The report: one self-contained page that shows people a run, with its pictures."""
