"""`python -m tests.contract.record`: tells the story in a database of its own and writes docs/examples/ anew."""

import os
import sys
from tempfile import TemporaryDirectory

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pandaledger.settings")
    django.setup()
    from django.db import connections
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    setup_test_environment()
    with TemporaryDirectory() as folder:
        connections["default"].settings_dict["TEST"]["NAME"] = f"{folder}/story.sqlite3"  # a file, for other threads
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            _write()
        finally:
            teardown_databases(databases, verbosity=0)


def _write() -> None:
    from core.schema_examples import operations_in
    from tests.contract.documents import generated
    from tests.contract.examples import FOLDER, by_tag, examples_of, written
    from tests.contract.story.whole import story_told

    tags = {told["operationId"]: told["tags"][0] for _, _, told in operations_in(generated())}
    files = by_tag(examples_of(story_told()), tags)
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for tag, examples in files.items():
        (FOLDER / f"{tag}.json").write_text(written(examples))
    sys.stdout.write(f"{len(files)} files in {FOLDER}\n")


if __name__ == "__main__":
    main()
