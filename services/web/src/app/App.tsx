import { Route, Routes } from "react-router";
import { BookingsPage } from "../features/bookings/BookingsPage";
import { RoomPage } from "../features/chat/RoomPage";
import { RoomsPage } from "../features/chat/RoomsPage";
import { CouponsPage } from "../features/coupons/CouponsPage";
import { EventPage } from "../features/coupons/EventPage";
import { EventsPage } from "../features/coupons/EventsPage";
import { NewEventPage } from "../features/coupons/NewEventPage";
import { NotificationsPage } from "../features/notifications/NotificationsPage";
import { ConsolePage } from "../features/operator/ConsolePage";
import { SalonPage } from "../features/salons/SalonPage";
import { SalonsPage } from "../features/salons/SalonsPage";
import { SignedInOnly } from "../features/session/SignedInOnly";
import { SignInPage } from "../features/session/SignInPage";
import { NotFoundPage } from "./NotFoundPage";
import { Shell } from "./Shell";

/** Every page and its address. */
export function App() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<SalonsPage />} />
        <Route path="salons/:id" element={<SalonPage />} />
        <Route path="sign-in" element={<SignInPage />} />
        <Route path="events" element={<EventsPage />} />
        <Route path="events/:id" element={<EventPage />} />
        <Route
          path="events/new"
          element={
            <SignedInOnly>
              <NewEventPage />
            </SignedInOnly>
          }
        />
        <Route
          path="operator/events/:id"
          element={
            <SignedInOnly>
              <ConsolePage />
            </SignedInOnly>
          }
        />
        <Route
          path="coupons"
          element={
            <SignedInOnly>
              <CouponsPage />
            </SignedInOnly>
          }
        />
        <Route
          path="bookings"
          element={
            <SignedInOnly>
              <BookingsPage />
            </SignedInOnly>
          }
        />
        <Route
          path="notifications"
          element={
            <SignedInOnly>
              <NotificationsPage />
            </SignedInOnly>
          }
        />
        <Route
          path="rooms"
          element={
            <SignedInOnly>
              <RoomsPage />
            </SignedInOnly>
          }
        />
        <Route
          path="rooms/:id"
          element={
            <SignedInOnly>
              <RoomPage />
            </SignedInOnly>
          }
        />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
