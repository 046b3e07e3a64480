using System.Globalization;

namespace TaskDashboard.Tests.Fixtures;

/// <summary>
/// Chance that can be had again: every random number of a test comes from one seed, which the test prints and which the environment variable
/// <c>TASKDASHBOARD_TEST_SEED</c> sets. What the kernel's scheduler adds to it is not repeated.
/// </summary>
internal static class TestSeed
{
    public const string Variable = "TASKDASHBOARD_TEST_SEED";

    public static int Choose() => int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
        ? seed
        : Random.Shared.Next();

    /// <summary>Numbers of their own for one part of a test, whatever the other parts draw meanwhile.</summary>
    public static Random For(int seed, int part) => new(HashCode(seed, part));

    /// <summary>Not <see cref="System.HashCode"/>, which is another one in every process.</summary>
    private static int HashCode(int seed, int part) => unchecked((seed * 16_777_619) ^ (part * 374_761_393));
}
