// The door `subscriptions`: changes going out, to whoever asked for them.

import { type DeliveryEngine, type EngineRooms, startDeliveryEngine } from './deliver/delivery-engine.js';
import { DELIVERY_TIMING } from './deliver/delivery-timing.js';
import {
  createSubscriptionsServices,
  type ServiceRooms,
  type SubscriptionsServices,
} from './services/subscriptions-services.js';

export interface SubscriptionsRooms
  extends Omit<ServiceRooms, 'onChange'>,
    Pick<EngineRooms, 'chance' | 'onProblem' | 'onError' | 'timing'> {}

export interface SubscriptionsDoor {
  readonly name: 'subscriptions';
  readonly services: SubscriptionsServices;
  /** Delivers in this process what no other one does, until it is closed. */
  startDelivering(): Promise<DeliveryEngine>;
}

export function createSubscriptionsDoor(rooms: SubscriptionsRooms): SubscriptionsDoor {
  let engine: DeliveryEngine | undefined;
  const services = createSubscriptionsServices({ ...rooms, onChange: () => engine?.wake() });

  return {
    name: 'subscriptions',
    services,
    async startDelivering(): Promise<DeliveryEngine> {
      const { seal, ...others } = rooms;
      const started = await startDeliveryEngine({
        ...others,
        seal: seal(),
        timing: { ...DELIVERY_TIMING, ...rooms.timing },
      });
      engine = started;
      return {
        ...started,
        async close() {
          engine = undefined;
          await started.close();
        },
      };
    },
  };
}
