"""Mechanisms every domain stands on; no noun of the product lives here."""
