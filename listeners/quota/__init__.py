"""Quota: what calls cost (infra/quota.yaml), what was spent (Ledger, shared by all workers), and when to ask next (plan)."""
