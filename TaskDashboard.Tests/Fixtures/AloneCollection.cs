namespace TaskDashboard.Tests.Fixtures;

/// <summary>For tests that need the machine for themselves: they run one after the other, behind all the rest.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
