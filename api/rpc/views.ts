/**
 * Views as messages. The protocol's fields have the views' own names (a test holds the two together), so a view's JSON is
 * the message's JSON (https://protobuf.dev/programming-guides/json/), and no field is copied by hand.
 */
import { type DescMessage, fromJson, type JsonValue, type MessageShape } from '@bufbuild/protobuf';
import type { TicketDetail as TicketDetailView } from '../../core/messages/monitoring-api.ts';
import { type TicketDetail, TicketDetailSchema } from './generated/neural_hive/v1/ticket_pb.js';

/** Absent members are left out on the way; members that the protocol does not have yet are too. */
export const toMessage = <Schema extends DescMessage>(schema: Schema, view: object): MessageShape<Schema> =>
  fromJson(schema, JSON.parse(JSON.stringify(view)) as JsonValue, { ignoreUnknownFields: true });

/** The one view that is built otherwise: REST shows a ticket with its attempts as one object, here the ticket is a part. */
export function toTicketDetail({ history, interventions, result, ...ticket }: TicketDetailView): TicketDetail {
  return toMessage(TicketDetailSchema, { ticket, history, interventions, result });
}
