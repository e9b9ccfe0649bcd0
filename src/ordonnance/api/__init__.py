"""The téléservice over HTTP: FHIR in, FHIR out."""
