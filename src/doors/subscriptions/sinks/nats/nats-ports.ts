// How addresses of NATS servers begin, and the port of each where none is said.
export const NATS_PORTS = { nats: '4222', tls: '4222' };
