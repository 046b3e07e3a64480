using TaskDashboard.Core.People;
using TaskDashboard.Tests.People;

namespace TaskDashboard.Tests.CommandLine;

/// <summary>People of the town who use the command line, each with a key of their own in TASKDASHBOARD_KEY.</summary>
internal static class Townsfolk
{
    /// <summary>The variable that programs find their key in.</summary>
    public const string KeyVariable = "TASKDASHBOARD_KEY";

    /// <summary>Commands of a person, given with a new key of theirs.</summary>
    public static async Task<Townsman> AtTheTerminalAsync(this Town town, string userName, ApiScope scope = ApiScope.Run)
    {
        var (key, secret) = await town.Keys.CreateAsync(town.Find(userName).UserId, $"{userName}'s terminal", scope, null);
        return new Townsman(Cli.On(town.Program) with { Variables = new() { [KeyVariable] = secret } }, key, secret);
    }
}

/// <summary>Somebody who gives commands.</summary>
/// <param name="Cli">With their key.</param>
/// <param name="Key">As it is listed.</param>
/// <param name="Secret">The key itself.</param>
internal sealed record Townsman(Cli Cli, ApiKey Key, string Secret)
{
    /// <summary>Their key is in nothing that a command prints.</summary>
    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        var result = await Cli.RunAsync(arguments);
        Assert.DoesNotContain(Secret, result.Output + result.Error, StringComparison.Ordinal);
        return result;
    }
}
