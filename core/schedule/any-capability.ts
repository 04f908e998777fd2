/** The capability index to look agents up by when a ticket asks for none. */
export const ANY_CAPABILITY = '*';
