using System.Collections.Concurrent;

namespace TaskDashboard.Tests.Durability.Ledgers;

/// <summary>Everything that the clients of a test sent, and what was acknowledged of it. Outlives the program that it is about.</summary>
internal sealed class Ledger
{
    private readonly List<TaskAccount> accounts = [];
    private readonly ConcurrentQueue<string> surprises = new();

    public IReadOnlyList<TaskAccount> Accounts => accounts;

    /// <summary>Answers that no client should ever get, in sentences.</summary>
    public IReadOnlyCollection<string> Surprises => surprises;

    /// <summary>The number that the next account has to have.</summary>
    public int NextNumber => accounts.Count;

    public void Open(TaskAccount account) => accounts.Add(account);

    public void Surprise(string sentence) => surprises.Enqueue(sentence);
}
