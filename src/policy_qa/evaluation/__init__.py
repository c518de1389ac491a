"""How good the answers are: a golden set, public retrieval sets, reports, a gate."""
