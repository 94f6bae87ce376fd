"""The guide for those who use the site: Vietnamese pages that travel with the program.

`text` holds them as Markdown. The site shows them under /help; `make docs` makes a site and a PDF of them.
"""
