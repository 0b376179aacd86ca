"""Worlds whose partners' true credit is known: what attribution is measured on."""
