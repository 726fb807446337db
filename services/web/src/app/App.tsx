import { lazy } from "react";
import { Route, Routes } from "react-router";
import { ChangeEmailPage, ConfirmEmailPage } from "../features/account/MailedLinkPages";
import { ResetPasswordPage } from "../features/account/ResetPasswordPage";
import { BookingsPage } from "../features/bookings/BookingsPage";
import { RoomPage } from "../features/chat/RoomPage";
import { RoomsPage } from "../features/chat/RoomsPage";
import { CouponsPage } from "../features/coupons/CouponsPage";
import { EventPage } from "../features/coupons/EventPage";
import { EventsPage } from "../features/coupons/EventsPage";
import { NotificationsPage } from "../features/notifications/NotificationsPage";
import { SalonPage } from "../features/salons/SalonPage";
import { SalonsPage } from "../features/salons/SalonsPage";
import { SignedInOnly } from "../features/session/SignedInOnly";
import { SignInPage } from "../features/session/SignInPage";
import { NotFoundPage } from "./NotFoundPage";
import { Shell } from "./Shell";

// Nobody waits for what only operators, or few and seldom, see.
const AccountPage = lazy(() => import("../features/account/AccountPage"));
const NewEventPage = lazy(() => import("../features/coupons/NewEventPage"));
const ConsolePage = lazy(() => import("../features/operator/ConsolePage"));

/** Every page and its address. */
export function App() {
  return (
    <Routes>
      <Route element={<Shell />}>
        <Route index element={<SalonsPage />} />
        <Route path="salons/:id" element={<SalonPage />} />
        <Route path="sign-in" element={<SignInPage />} />
        <Route path="confirm-email" element={<ConfirmEmailPage />} />
        <Route path="reset-password" element={<ResetPasswordPage />} />
        <Route path="events" element={<EventsPage />} />
        <Route path="events/:id" element={<EventPage />} />
        <Route element={<SignedInOnly />}>
          <Route path="events/new" element={<NewEventPage />} />
          <Route path="operator/events/:id" element={<ConsolePage />} />
          <Route path="account" element={<AccountPage />} />
          <Route path="change-email" element={<ChangeEmailPage />} />
          <Route path="coupons" element={<CouponsPage />} />
          <Route path="bookings" element={<BookingsPage />} />
          <Route path="notifications" element={<NotificationsPage />} />
          <Route path="rooms" element={<RoomsPage />} />
          <Route path="rooms/:id" element={<RoomPage />} />
        </Route>
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
