namespace TaskDashboard.Core.Storage;

/// <summary>Where the database is, for a host that keeps accounts beside the engine's rows. Its schema is current: the engine has migrated it.</summary>
/// <param name="Path">Absolute.</param>
public sealed record DatabaseFile(string Path);
