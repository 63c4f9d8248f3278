//! Turns at the processors, and places for what lasts: fair between those who ask.
//!
//! A turn goes to the request whose asker has been computed for least of late. Time is
//! counted for the address and, among requests of one address, for the connection, with what
//! the request itself is expected to take; it is forgotten by half every [`HALF_LIFE`]. Waiting
//! counts as well, a little, so that nobody waits for ever.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// After this time half of what was computed is forgotten, in seconds.
const HALF_LIFE: f64 = 10.0;
/// Seconds of computing that a second of waiting outweighs.
const AGEING: f64 = 0.01;
/// Below so many seconds nothing is remembered.
const NOTHING: f64 = 1e-3;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Client {
    /// Address of the other machine.
    pub address: IpAddr,
    /// Number of the connection.
    pub connection: u64,
}

/// So many turns at a time.
#[derive(Debug)]
pub struct Turns(Mutex<Queue>);

#[derive(Debug)]
struct Queue {
    free: usize,
    waiting: Vec<Waiting>,
    addresses: Used<IpAddr>,
    connections: Used<u64>,
}

#[derive(Debug)]
struct Waiting {
    client: Client,
    expected: f64,
    since: Instant,
    turn: oneshot::Sender<Turn>,
}

/// Seconds of computing, by asker, with the moment of the count.
#[derive(Debug)]
struct Used<K>(BTreeMap<K, (f64, Instant)>);

impl<K: Ord> Used<K> {
    fn of(&self, key: &K, now: Instant) -> f64 {
        let fade = |&(seconds, at): &(f64, Instant)| {
            let age = now.saturating_duration_since(at).as_secs_f64();
            seconds * (-age / HALF_LIFE).exp2()
        };
        self.0.get(key).map_or(0.0, fade)
    }

    fn add(&mut self, key: K, seconds: f64, now: Instant) {
        let all = self.of(&key, now) + seconds;
        self.0.insert(key, (all, now));
        let old = |&(seconds, at): &(f64, Instant)| {
            let lives = now.saturating_duration_since(at).as_secs_f64() / HALF_LIFE;
            seconds * (-lives).exp2() > NOTHING
        };
        self.0.retain(|_, used| old(used));
    }
}

impl Turns {
    /// So many at a time.
    pub fn new(free: usize) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Queue {
            free,
            waiting: Vec::new(),
            addresses: Used(BTreeMap::new()),
            connections: Used(BTreeMap::new()),
        })))
    }

    /// A turn, once it is this client's; `expected` is what it will take, about. Who stops
    /// waiting loses nothing and takes nothing.
    pub async fn take(self: &Arc<Self>, client: Client, expected: Duration) -> Option<Turn> {
        let (turn, taken) = oneshot::channel();
        self.queue().waiting.push(Waiting {
            client,
            expected: expected.as_secs_f64(),
            since: Instant::now(),
            turn,
        });
        self.give();
        taken.await.ok()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }

    /// Gives free turns to those who wait.
    fn give(self: &Arc<Self>) {
        while let Some(next) = self.next() {
            let turn = Turn {
                turns: Arc::clone(self),
                client: next.client,
                begun: Instant::now(),
            };
            // Who went away meanwhile gives it back by dropping it.
            drop(next.turn.send(turn));
        }
    }

    fn next(&self) -> Option<Waiting> {
        let mut queue = self.queue();
        let Queue {
            free,
            waiting,
            addresses,
            connections,
        } = &mut *queue;
        waiting.retain(|w| !w.turn.is_closed());
        if *free == 0 {
            return None;
        }
        let now = Instant::now();
        let share = |w: &Waiting| {
            addresses.of(&w.client.address, now)
                + connections.of(&w.client.connection, now)
                + w.expected
                - AGEING * now.saturating_duration_since(w.since).as_secs_f64()
        };
        let shares = waiting.iter().map(share).enumerate();
        let (first, _) = shares.min_by(|a, b| a.1.total_cmp(&b.1))?;
        *free -= 1;
        Some(waiting.remove(first))
    }
}

/// A processor for as long as this is held.
#[derive(Debug)]
pub struct Turn {
    turns: Arc<Turns>,
    client: Client,
    begun: Instant,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (now, seconds) = (Instant::now(), self.begun.elapsed().as_secs_f64());
        let mut queue = self.turns.queue();
        queue.free += 1;
        queue.addresses.add(self.client.address, seconds, now);
        queue.connections.add(self.client.connection, seconds, now);
        drop(queue);
        self.turns.give();
    }
}

/// Places, of which one address has a part at most.
#[derive(Debug)]
pub struct Places {
    all: usize,
    each: usize,
    taken: Mutex<BTreeMap<IpAddr, usize>>,
}

impl Places {
    /// So many in all, and for each address.
    pub fn new(all: usize, each: usize) -> Arc<Self> {
        let taken = Mutex::default();
        Arc::new(Self { all, each, taken })
    }

    /// Takes `count` places, if there are so many.
    pub fn take(self: &Arc<Self>, address: IpAddr, count: usize) -> Option<Place> {
        let mut taken = self.taken();
        let all: usize = taken.values().sum();
        let own = taken.get(&address).copied().unwrap_or(0);
        if all + count > self.all || own + count > self.each {
            return None;
        }
        taken.insert(address, own + count);
        let places = Arc::clone(self);
        Some(Place {
            places,
            address,
            count,
        })
    }

    fn taken(&self) -> MutexGuard<'_, BTreeMap<IpAddr, usize>> {
        self.taken.lock().unwrap_or_else(|e| e.into_inner())
    }
}

/// Places that are given back when this is dropped.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    address: IpAddr,
    count: usize,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        let left = taken.get(&self.address).map_or(0, |own| own - self.count);
        match left {
            0 => taken.remove(&self.address),
            left => taken.insert(self.address, left),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: u8, connection: u64) -> Client {
        let address = IpAddr::from([10, 0, 0, address]);
        Client {
            address,
            connection,
        }
    }

    fn wait(turns: &Arc<Turns>, client: Client, expected: f64) -> oneshot::Receiver<Turn> {
        let (turn, taken) = oneshot::channel();
        turns.queue().waiting.push(Waiting {
            client,
            expected,
            since: Instant::now(),
            turn,
        });
        turns.give();
        taken
    }

    /// Whose turn it is when the one that is taken is given back.
    fn order(
        turns: &Arc<Turns>,
        mut held: Turn,
        mut waiting: Vec<oneshot::Receiver<Turn>>,
    ) -> Vec<u64> {
        let mut order = Vec::new();
        loop {
            drop(held);
            let next = waiting.iter_mut().find_map(|w| w.try_recv().ok());
            let Some(next) = next else { break };
            order.push(next.client.connection);
            held = next;
        }
        assert_eq!(turns.queue().free, 1);
        order
    }

    #[test]
    fn a_turn_goes_to_whom_was_computed_for_least() {
        let turns = Turns::new(1);
        let greedy = wait(&turns, client(1, 1), 0.1).try_recv().unwrap();
        let now = Instant::now();
        turns.queue().addresses.add(client(1, 0).address, 5.0, now);
        turns.queue().connections.add(2, 3.0, now);
        let waiting = vec![
            wait(&turns, client(1, 2), 0.1),
            wait(&turns, client(1, 3), 2.0),
            wait(&turns, client(1, 4), 0.1),
            wait(&turns, client(2, 5), 4.0),
        ];
        // The other address first, then the small request of a connection that had nothing.
        assert_eq!(order(&turns, greedy, waiting), [5, 4, 3, 2]);
    }

    #[test]
    fn who_stops_waiting_takes_no_turn() {
        let turns = Turns::new(1);
        let held = wait(&turns, client(1, 1), 0.0).try_recv().unwrap();
        drop(wait(&turns, client(1, 2), 0.0));
        let waiting = vec![wait(&turns, client(1, 3), 0.0)];
        assert_eq!(order(&turns, held, waiting), [3]);
    }

    #[test]
    fn what_was_computed_is_forgotten_by_half() {
        let mut used = Used(BTreeMap::new());
        let then = Instant::now();
        used.add(1u64, 8.0, then);
        let later = |lives: f64| then + Duration::from_secs_f64(HALF_LIFE * lives);
        assert!((used.of(&1, later(2.0)) - 2.0).abs() < 1e-9);
        used.add(2, 1.0, later(20.0));
        assert_eq!(used.0.len(), 1);
    }

    #[test]
    fn one_address_has_a_part_of_the_places() {
        let places = Places::new(5, 3);
        let (one, other) = (client(1, 1).address, client(2, 1).address);
        let held = places.take(one, 2).unwrap();
        assert!(places.take(one, 2).is_none());
        let last = places.take(other, 3).unwrap();
        assert!(places.take(one, 1).is_none());
        drop(last);
        assert!(places.take(one, 1).is_some());
        drop(held);
        assert!(places.taken().is_empty());
    }
}
