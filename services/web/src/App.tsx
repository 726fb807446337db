import { Route, Routes } from "react-router";
import { Shell } from "./parts/Shell";
import { SignedInOnly } from "./parts/SignedInOnly";
import { BookingsPage } from "./pages/BookingsPage";
import { ConsolePage } from "./pages/ConsolePage";
import { CouponsPage } from "./pages/CouponsPage";
import { EventPage } from "./pages/EventPage";
import { EventsPage } from "./pages/EventsPage";
import { NewEventPage } from "./pages/NewEventPage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { NotificationsPage } from "./pages/NotificationsPage";
import { RoomPage } from "./pages/RoomPage";
import { RoomsPage } from "./pages/RoomsPage";
import { SalonPage } from "./pages/SalonPage";
import { SalonsPage } from "./pages/SalonsPage";
import { SignInPage } from "./pages/SignInPage";

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
        <Route path="events/new" element={<SignedInOnly><NewEventPage /></SignedInOnly>} />
        <Route path="operator/events/:id" element={<SignedInOnly><ConsolePage /></SignedInOnly>} />
        <Route path="coupons" element={<SignedInOnly><CouponsPage /></SignedInOnly>} />
        <Route path="bookings" element={<SignedInOnly><BookingsPage /></SignedInOnly>} />
        <Route path="notifications" element={<SignedInOnly><NotificationsPage /></SignedInOnly>} />
        <Route path="rooms" element={<SignedInOnly><RoomsPage /></SignedInOnly>} />
        <Route path="rooms/:id" element={<SignedInOnly><RoomPage /></SignedInOnly>} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
