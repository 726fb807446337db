import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";
import { seenBy } from "../../api/queries";
import type { BodyOf } from "../../api/typed";
import type { DogSize } from "../../api/types";
import type { Day } from "../../i18n/day";

export const DOG_SIZES: readonly DogSize[] = ["small", "medium", "large"];

export interface Wish {
  groomerId: number;
  treatmentId: number;
  size: DogSize;
  day: Day;
}

/** Everything of this name is asked again after a booking or a cancellation. */
export const FREE_SLOTS = "free-slots";

export const freeSlots = ({ groomerId, treatmentId, size, day }: Wish) =>
  queryOptions({
    queryKey: [FREE_SLOTS, groomerId, treatmentId, size, day],
    // Somebody else may book any of them at any moment.
    staleTime: 0,
    queryFn: () =>
      api.get("/api/v1/groomers/{groomer_id}/slots", {
        path: { groomer_id: groomerId },
        query: { treatment: treatmentId, dog_size: size, from: day, days: 1 },
      }),
  });

export const myBookings = (accountId: number | null) => ({
  queryKey: seenBy(accountId, "bookings"),
  read: (cursor: string | null) => api.get("/api/v1/bookings", { query: { cursor } }),
});

export const book = (body: BodyOf<"post", "/api/v1/bookings">) => api.post("/api/v1/bookings", { body });

export const cancel = (id: string) => api.post("/api/v1/bookings/{booking_id}/cancel", { path: { booking_id: id } });
