"""YouTube: the Data API by polling, WebSub by push."""
