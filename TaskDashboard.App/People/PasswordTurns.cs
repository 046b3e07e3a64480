namespace TaskDashboard.App.People;

/// <summary>
/// Passwords of one person are tried one after the other. Identity reads how many were wrong, adds one and writes it: of many that are tried at once only
/// some would count, and somebody who guesses would have more tries than are given. Safe for threads.
/// </summary>
internal static class PasswordTurns
{
    private static readonly SemaphoreSlim[] Turns = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Waits until it is this one's turn; which lasts until the answer is disposed.</summary>
    /// <param name="userName">Whose password is tried.</param>
    public static async Task<IDisposable> TakeAsync(string userName)
    {
        var turn = Turns[(uint)StringComparer.OrdinalIgnoreCase.GetHashCode(userName) % Turns.Length];
        await turn.WaitAsync();
        return new Turn(turn);
    }

    private sealed class Turn(SemaphoreSlim taken) : IDisposable
    {
        public void Dispose() => taken.Release();
    }
}
