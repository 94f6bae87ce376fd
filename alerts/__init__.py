"""Mail and other channels: who hears of what, in which words, and how it is sent.

`news` are the values that are told, `audience` and `messages` decide (pure), `writing` fills the
templates, `sending` speaks SMTP and Apprise. What waits is kept by `warehouse.alerts.outbox`.
"""
