"""What a request carried and was left out on purpose is said of its record, whether it became a person or not."""

import json
from pathlib import Path

from tests.okta.conversation import okta_user
from tests.web.test_killed import Killed


async def test_the_history_of_a_record_names_what_was_ignored(tmp_path: Path) -> None:
    served = Killed(tmp_path)
    served.start()
    try:
        async with served.session() as session:
            body = okta_user(emails=[], title="Cook")
            async with session.post(f"{served.url}/Users", json=body) as response:
                record = (await response.json(content_type=None))["id"]
    finally:
        served.kill()

    assert "ignored: groups, password" in served.run("history", record)
    events = json.loads(served.run("history", record, "--json"))["events"]
    assert [["groups", "password"]] == [event["ignored"] for event in events]
