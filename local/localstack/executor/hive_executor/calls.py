"""Who calls what, written down: each AWS call that is made with a role's credentials, by role and resource.

Off unless HIVE_AWS_CALLS names a file. `npm run audit:iam` compares it with what the roles may do. A line is
`{"role", "service", "operation", "parameters"}`; of the parameters only names of resources are kept, nothing that was sent.
"""

import json
import os
from threading import Lock

from localstack.runtime import hooks

FILE = os.environ.get("HIVE_AWS_CALLS")

# Kept as they are: what the call goes to.
NAMES = {
    *("TableName", "IndexName", "KeyConditionExpression", "ExpressionAttributeNames", "StreamArn"),
    *("QueueUrl", "QueueName", "Bucket", "KeyId", "FunctionName", "EventBusName", "logGroupName"),
    *("stateMachineArn", "executionArn", "name", "roleArn"),
}
# Looked into: writes of a transaction, requests of a batch, events.
INSIDE = {"TransactItems", "Put", "Update", "Delete", "ConditionCheck", "Get", "PutRequest", "DeleteRequest", "Entries"}
# Of a DynamoDB item or key, which partition it is in.
ITEMS = {"Item", "Key", "Keys"}


def _partition(value):
    if isinstance(value, list):
        return [_partition(one) for one in value]
    # S3 has a Key, too: that is the object's name.
    return {"pk": value.get("pk")} if isinstance(value, dict) else value


def _names_in(value, operation):
    if isinstance(value, list):
        return [_names_in(one, operation) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, inner in value.items():
        if name in NAMES:
            kept[name] = inner
        elif name in INSIDE:
            kept[name] = _names_in(inner, operation)
        elif name in ITEMS:
            kept[name] = _partition(inner)
        elif name == "RequestItems":
            kept[name] = {table: _names_in(requests, operation) for table, requests in inner.items()}
        elif name == "ExpressionAttributeValues" and operation == "Query":
            kept[name] = inner  # the key that is asked for is among them
    return kept


@hooks.on_infra_start(should_load=FILE is not None)
def write_calls_down():
    from localstack.aws import handlers
    from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header
    from moto.sts.models import sts_backends

    lock, seen, roles = Lock(), set(), {}

    def find_role(access_key_id):
        for account in list(sts_backends.values()):
            for backend in list(account.values()):
                role = backend.get_assumed_role_from_access_key(access_key_id)
                if role is not None:
                    return role.role_arn
        return None

    def role_of(access_key_id):
        # A key belongs to one role from its first call on; there is one for each process and each state entered.
        if access_key_id not in roles:
            roles[access_key_id] = find_role(access_key_id)
        return roles[access_key_id]

    def write_down(chain, context, response):
        if context.service_operation is None or context.service_request is None:
            return
        # Before the service has it, which may change it.
        role = role_of(extract_access_key_id_from_auth_header(context.request.headers))
        if role is None:
            return  # a test's or a person's own credentials, or LocalStack among itself
        operation = context.service_operation.operation
        call = {
            "role": role,
            "service": context.service_operation.service,
            "operation": operation,
            "parameters": _names_in(dict(context.service_request), operation),
        }
        line = json.dumps(call, default=str, sort_keys=True)
        with lock:
            if line in seen:
                return
            seen.add(line)
            with open(FILE, "a") as file:
                file.write(f"{line}\n")

    handlers.serve_custom_service_request_handlers.append(write_down)
