"""SQS event sources by long polling, as AWS Lambda reads them.

LocalStack asks a queue that has no batching window with WaitTimeSeconds=0 and, finding it empty, backs off for 0.5 to
10 seconds, so a message waits that long after a pause. Lambda holds a long poll open instead and gets a message as it
arrives. LocalStack's queues know long polling; its poller only has to ask for it.
"""

from localstack.runtime import hooks

# An event source that is disabled or deleted stops when its current poll ends, so this is kept below SQS's 20 s.
WAIT_SECONDS = 5


@hooks.on_infra_start()
def poll_queues_like_lambda():
    from localstack.services.lambda_.event_source_mapping.pollers.poller import EmptyPollResultsException
    from localstack.services.lambda_.event_source_mapping.pollers.sqs_poller import SqsPoller

    init, poll = SqsPoller.__init__, SqsPoller.poll_events

    def long_polling_init(self, *args, **kwargs):
        init(self, *args, **kwargs)
        # Up to 20 s LocalStack passes the window on as WaitTimeSeconds: the poll ends with the first message.
        self.maximum_batching_window = self.maximum_batching_window or WAIT_SECONDS

    def poll_without_backoff(self):
        try:
            poll(self)
        except EmptyPollResultsException:
            pass  # the long poll has waited already; the next one may start at once

    SqsPoller.__init__ = long_polling_init
    SqsPoller.poll_events = poll_without_backoff
