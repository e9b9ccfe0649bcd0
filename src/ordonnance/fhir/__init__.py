"""FHIR R4 JSON read into values of the core, and written from them."""
