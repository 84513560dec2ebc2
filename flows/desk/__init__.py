"""The review desk: a local web page on which people decide about a campaign's latest run."""
