"""The entry point by which LocalStack finds the executor (LAMBDA_RUNTIME_EXECUTOR=process)."""

from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin


class ProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "process"

    def load(self, *args, **kwargs):
        # Imported late: plugins are listed at start, long before the Lambda service is loaded.
        from hive_executor.executor import ProcessRuntimeExecutor

        return ProcessRuntimeExecutor
