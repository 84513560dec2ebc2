"""What leaves: bundle, tables, audit, report, ledger."""
