"""Where a graph is kept for questions: projections of the ledger."""
