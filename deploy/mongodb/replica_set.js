// Begins the replica set and makes its users, each where it is not there yet: run any number of times, by mongosh at the
// first member's own address (127.0.0.1), where MongoDB takes orders from anybody as long as there is no user.
//
//   MONGODB_MEMBERS=mongodb-1:27017,mongodb-2:27017,mongodb-3:27017
const fs = require("fs");

const members = process.env.MONGODB_MEMBERS.split(",");
const admin = db.getSiblingDB("admin");
const adminPassword = secret("mongodb_admin_password");

function secret(name) {
  return fs.readFileSync(`/run/secrets/${name}`, "utf8").trim();
}

function isSignedIn() {
  try {
    return Boolean(admin.auth("admin", adminPassword));
  } catch (error) {
    return false;
  }
}

function begin() {
  // The first one is preferred, so that it is the primary when the first user is made. No member only votes.
  const configured = members.map((host, number) => ({ _id: number, host, priority: number === 0 ? 2 : 1 }));
  rs.initiate({ _id: "salon", members: configured });
}

function waitUntilPrimary() {
  for (let tries = 0; !db.hello().isWritablePrimary; tries += 1) {
    if (tries === 60) throw new Error("this member has not become the primary");
    sleep(1000);
  }
}

function ensureUser(database, user, password, role) {
  if (database.getUser(user) === null) {
    database.createUser({ user, pwd: password, roles: [{ role, db: "salon" }] });
    print(`made ${user}`);
  }
}

if (!isSignedIn()) {
  if (!db.hello().setName) begin();
  waitUntilPrimary();
  admin.createUser({ user: "admin", pwd: adminPassword, roles: ["root"] });
}
// Whichever member is the primary now.
const credentials = `admin:${encodeURIComponent(adminPassword)}`;
const salon = connect(`mongodb://${credentials}@${members.join(",")}/salon?replicaSet=salon&authSource=admin`);
ensureUser(salon, "chat_worker", secret("mongodb_password"), "readWrite");
// The chat-worker is the only writer.
ensureUser(salon, "main", secret("mongodb_reader_password"), "read");
