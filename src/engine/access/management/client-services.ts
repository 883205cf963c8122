// Clients: programs that use the API.
import { type ApiClient, type ClientWish, clientStore } from './client-store.js';
import { createHolderServices, type HolderRooms, type HolderServices } from './holder-services.js';
import { checkOptionalText, checkText } from './value-check.js';

export type ClientServices = HolderServices<ApiClient, ClientWish>;

export const createClientServices = (rooms: HolderRooms): ClientServices =>
  createHolderServices(rooms, clientStore, (wish: Partial<ClientWish>, before) => {
    const { name, description, unit, subject } = { ...before, ...wish };
    return {
      name: checkText('name of the client', name ?? ''),
      description: checkOptionalText('description', description),
      unit: checkOptionalText('unit', unit),
      subject: checkOptionalText('subject', subject),
    };
  });
