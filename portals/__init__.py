"""The bundled portals: real records over the recorded wire formats, with faults on order.

They serve the demo, the tests, `rasoat simulate`, and authors of new extractors. Everything runs on loopback;
nothing here asks a live portal.

`serve.Portals` starts the national portal (`national`) and a provincial one (`provincial`) on a night of a
`scenario`; `faults` says what can go wrong; `config.write_settings` writes the settings that point at both.
"""
