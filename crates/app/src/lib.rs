//! Vulnerary: the edges and the one binary. See ARCHITECTURE.md for the map.

pub mod access;
pub mod app;
pub mod channels;
pub mod cli;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod evidence;
pub mod intake;
pub mod inventory;
pub mod listen;
pub mod lists;
pub mod outside;
pub mod secrets;
pub mod shelf;
pub mod site;
pub mod text;
pub mod tracking;
pub mod web;
