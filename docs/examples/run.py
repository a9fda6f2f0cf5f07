# Looks up profiles and prints one line per row.
#   pip install "apify-client>=3" && APIFY_TOKEN=… python3 run.py https://www.linkedin.com/in/someone/ …
import os
import sys

from apify_client import ApifyClient

client = ApifyClient(token=os.environ["APIFY_TOKEN"])
run = client.actor("USERNAME/linkedin-profile-details").call(run_input={"profileUrls": sys.argv[1:]})

# Rows arrive in the order they are finished; `line` is the position in the list.
rows = client.dataset(run.default_dataset_id).iterate_items()
for row in sorted(rows, key=lambda row: row["line"]):
    profile = row.get("profile") or {}
    name = profile.get("full_name") or row["url"]
    print(row["line"], row["status"], name, profile.get("title") or profile.get("headline") or row.get("reason"))
print(run.status_message)
