# Looks up one profile with requests. Asks again when that can help.
import json
import time

import requests

ENDPOINT = "http://127.0.0.1:8080/v1/linkedin-profile-enrichment/enrich"
API_KEY = "atm_test_YOUR_KEY"


def enrich(url):
    for tries in range(1, 4):
        response = requests.post(
            ENDPOINT,
            headers={
                "Authorization": f"Bearer {API_KEY}",
                "Idempotency-Key": f"{url}-from-requests",
            },
            json={"url": url},
            timeout=10,
        )
        body = response.json()
        if response.ok:
            return body
        if not body["error"]["retryable"] or tries == 3:
            raise RuntimeError(f"{body['error']['code']}: {body['error']['message']}")
        time.sleep(float(response.headers.get("retry-after", tries)))


print(json.dumps(enrich("https://www.linkedin.com/in/example-1/")))
