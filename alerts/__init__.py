"""Mail and other channels: who is notified of what, in which words, and how it is sent.

`news` has the values, `audience` and `messages` select and word them (pure), `writing` fills the
templates, `sending` uses SMTP and Apprise. Waiting messages are stored by `warehouse.alerts.outbox`.
"""
