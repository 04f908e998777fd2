"""JSONPaths of state machines are parsed once each.

LocalStack makes a parser anew, tables and all, whenever a state reads a path: some 25 ms of CPU each time, several times
a state. What a path parses to never changes, and finding by it changes nothing, so all threads may share it.
"""

from functools import lru_cache
from threading import Lock

from localstack.runtime import hooks

# Machines use a handful; Choice and intrinsic functions bring a few more.
PATHS_KEPT = 4096


@hooks.on_infra_start()
def parse_json_paths_once():
    from localstack.services.stepfunctions.asl.utils import json_path

    parse, lock = json_path.parse, Lock()

    @lru_cache(maxsize=PATHS_KEPT)
    def parse_alone(path):
        with lock:
            return parse(path)

    json_path.parse = parse_alone
