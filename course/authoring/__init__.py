"""Builders of everything derived: skeletons, notebooks, stored references. Each can check as well as write."""
