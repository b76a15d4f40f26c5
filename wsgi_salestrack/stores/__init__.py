"""Where clicks and conversions are kept: one protocol, one module for each kind of store."""
