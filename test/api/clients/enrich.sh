#!/bin/sh
# Looks up one profile with curl.
curl --fail-with-body --silent --show-error -X POST \
  "http://127.0.0.1:8080/v1/linkedin-profile-enrichment/enrich" \
  -H "Authorization: Bearer atm_test_YOUR_KEY" \
  -H "Content-Type: application/json" \
  -H "Idempotency-Key: example-1-from-curl" \
  -d '{"url": "https://www.linkedin.com/in/example-1/"}'
