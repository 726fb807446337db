import { queryOptions } from "@tanstack/react-query";
import { api } from "../../api/client";

export const salonList = {
  queryKey: ["salons"],
  read: (cursor: string | null) => api.get("/api/v1/salons", { query: { cursor } }),
};

export const salonOf = (id: number) =>
  queryOptions({
    queryKey: ["salon", id],
    queryFn: () => api.get("/api/v1/salons/{salon_id}", { path: { salon_id: id } }),
  });
