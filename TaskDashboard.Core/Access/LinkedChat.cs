using TaskDashboard.Core.Chats;

namespace TaskDashboard.Core.Access;

/// <summary>A chat as somebody reads it by a link.</summary>
/// <param name="Link">The link by which it is read.</param>
/// <param name="Title">What the chat is called.</param>
/// <param name="LastId">The newest event that this knows of.</param>
/// <param name="Lines">A page of its messages, in the order of the chat.</param>
/// <param name="TaskTitles">What the chat's further tasks are called, by their ids.</param>
/// <param name="RunningCount">How many of its tasks are not at their end.</param>
/// <param name="HasMore">There are messages behind this page.</param>
public sealed record LinkedChat(ShareLink Link, string Title, long LastId, IReadOnlyList<ChatLine> Lines, IReadOnlyDictionary<string, string> TaskTitles, int RunningCount, bool HasMore);
