"""The part of apify-client 3 that the documented program uses, for machines without a package index: starts runs and
reads rows over HTTP, with the same names."""

import json
import os
import urllib.request

BASE = os.environ["APIFY_API_BASE_URL"]


def _call(method, path, token, body=None):
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{BASE}/v2/{path}", data=data, headers=headers, method=method)
    with urllib.request.urlopen(request) as response:
        return json.load(response)


class _Run:
    def __init__(self, data):
        self.id = data["id"]
        self.default_dataset_id = data["defaultDatasetId"]
        self.status_message = data["statusMessage"]


class _Actor:
    def __init__(self, token, actor):
        self._token, self._actor = token, actor.replace("/", "~")

    def call(self, *, run_input):
        started = _call("POST", f"actors/{self._actor}/runs", self._token, run_input)["data"]
        return _Run(_call("GET", f"actor-runs/{started['id']}", self._token)["data"])


class _Dataset:
    def __init__(self, token, dataset):
        self._token, self._dataset = token, dataset

    def iterate_items(self):
        yield from _call("GET", f"datasets/{self._dataset}/items", self._token)


class ApifyClient:
    def __init__(self, token):
        self._token = token

    def actor(self, actor_id):
        return _Actor(self._token, actor_id)

    def dataset(self, dataset_id):
        return _Dataset(self._token, dataset_id)
