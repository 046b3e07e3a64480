using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using TaskDashboard.App.People;
using TaskDashboard.Core.Storage;
using TaskDashboard.Core.Tasks;

namespace TaskDashboard.App.Hosting;

/// <summary>Runs the server to its end, and tells a person in plain words why it could not begin.</summary>
internal static class StartUp
{
    public const int Refused = 1;

    /// <summary>
    /// Does first what the host would do first, because the host would log a stack trace where one sentence is enough: checks the
    /// settings, and takes hold of the data directory by making the services that start with the host.
    /// </summary>
    /// <returns>What the person who starts the program has to put right; null when it can begin.</returns>
    public static string? FindProblem(IServiceProvider services)
    {
        try
        {
            services.GetService<IStartupValidator>()?.Validate();
            _ = services.GetServices<IHostedService>().Count();
            return null;
        }
        catch (Exception failure) when (Explain(failure) is { } sentence)
        {
            return sentence;
        }
    }

    /// <summary>Reads who has an account, before anybody can ask for anything.</summary>
    /// <returns>Whether anybody has.</returns>
    public static async Task<bool> LoadPeopleAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var directory = services.GetRequiredService<PersonDirectory>();
        await directory.LoadAsync(scope.ServiceProvider.GetRequiredService<PeopleDbContext>(), CancellationToken.None);
        return directory.HasAccounts;
    }

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(WebApplication app)
    {
        try
        {
            using var second = new SecondSignal();
            await app.RunAsync();
            return 0;
        }
        catch (Exception failure) when (Explain(failure) is { } sentence)
        {
            return await RefuseAsync(sentence);
        }
    }

    public static async Task<int> RefuseAsync(string sentence)
    {
        await Console.Error.WriteLineAsync(sentence);
        return Refused;
    }

    /// <summary>Null for a defect, which deserves its stack trace.</summary>
    private static string? Explain(Exception failure) => failure switch
    {
        DataDirectoryException => failure.Message,
        OptionsValidationException invalid => string.Join(Environment.NewLine, ["The settings are not right:", .. invalid.Failures]),
        AggregateException { InnerExceptions: var all } when all.All(one => one is OptionsValidationException) =>
            string.Join(Environment.NewLine, ["The settings are not right:", .. all.SelectMany(one => ((OptionsValidationException)one).Failures)]),
        IOException { InnerException: AddressInUseException } => failure.Message + " Stop the program that uses it, or choose another with --urls.",
        RefusedException { Kind: RefusalKind.Unavailable } => failure.Message,
        _ when StoreFault.Explain(failure) is { } why => why + " Put that right, and start again. Nothing was changed.",
        _ => null,
    };
}
