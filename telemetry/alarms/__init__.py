"""Alarm rules: evaluated, kept, acknowledged; silence is one of them."""
