using TaskDashboard.Core.Tasks;

namespace TaskDashboard.Core.Setup;

/// <summary>Looks at what an installation has to work with. Safe for threads.</summary>
public interface ISetupCheck
{
    /// <summary>Looks at everything that can be looked at for nothing. Models are told as they were when last asked.</summary>
    Task<SetupReport> LookAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks a model for one word, as an agent would: with its key, over its network, through the provider's retries. It costs what such a call costs, and
    /// is counted in nobody's budget.
    /// </summary>
    /// <param name="model"><c>provider/model</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>How it went: a model that does not answer is an answer, no error.</returns>
    /// <exception cref="RefusedException">There is no such model.</exception>
    Task<ModelSetup> AskAsync(string model, CancellationToken cancellationToken = default);
}
